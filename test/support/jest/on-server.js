import 'reflect-metadata';

process.env.DATABASE_URL = `${process.env.EUDR_TEST_SERVER}/eudr_test`;

import 'reflect-metadata';

delete process.env.DATABASE_URL;

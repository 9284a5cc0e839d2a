import { Global, Module } from '@nestjs/common';
import { CompanyKeys } from './company-keys.js';
import { Peppers } from './peppers.js';
import { SafeStore } from './safe-store.js';

/** Keeps secrets that must be read back. */
@Global()
@Module({ providers: [CompanyKeys, Peppers, SafeStore], exports: [SafeStore] })
export class SafeStoreModule {}

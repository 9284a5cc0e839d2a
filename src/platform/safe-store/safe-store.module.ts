import { Global, Module } from '@nestjs/common';
import { CompanyKeys } from './company-keys.js';
import { MasterKeyMacs } from './master-key-macs.js';
import { MasterKeys } from './master-keys.js';
import { SafeStore } from './safe-store.js';

/** Stores secrets that must be read back. Other modules derive their own keys from the master keys. */
@Global()
@Module({
  providers: [CompanyKeys, MasterKeyMacs, MasterKeys, SafeStore],
  exports: [MasterKeyMacs, MasterKeys, SafeStore],
})
export class SafeStoreModule {}

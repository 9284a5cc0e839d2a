import { Global, Module } from '@nestjs/common';
import { CompanyKeys } from './company-keys.js';
import { MasterKeyMacs } from './master-key-macs.js';
import { MasterKeys } from './master-keys.js';
import { SafeStore } from './safe-store.js';

/** Keeps secrets that must be read back; other modules derive keys of their own from the peppers. */
@Global()
@Module({
  providers: [CompanyKeys, MasterKeyMacs, MasterKeys, SafeStore],
  exports: [MasterKeyMacs, MasterKeys, SafeStore],
})
export class SafeStoreModule {}

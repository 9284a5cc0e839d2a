import { Global, Module } from '@nestjs/common';
import { CompanyKeys } from './company-keys.js';
import { PepperMacs } from './pepper-macs.js';
import { Peppers } from './peppers.js';
import { SafeStore } from './safe-store.js';

/** Keeps secrets that must be read back; other modules derive keys of their own from the peppers. */
@Global()
@Module({
  providers: [CompanyKeys, PepperMacs, Peppers, SafeStore],
  exports: [PepperMacs, Peppers, SafeStore],
})
export class SafeStoreModule {}

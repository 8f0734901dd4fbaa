import type { EncryptionConfiguration, SecurityConfiguration } from '@aws-sdk/client-glue'
import type { SecurityConfigurationRecord } from '#catalog/metastore'
import { toDate } from './times.ts'

export function toSecurityConfiguration(
  record: SecurityConfigurationRecord,
): SecurityConfiguration {
  return {
    Name: record.name,
    CreatedTimeStamp: toDate(record.createTimeMs),
    EncryptionConfiguration: record.encryption as EncryptionConfiguration,
  }
}

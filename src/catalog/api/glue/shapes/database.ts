import type {
  Database as GlueDatabase,
  DatabaseInput as GlueDatabaseInput,
} from '@aws-sdk/client-glue'
import type { CatalogRef, DatabaseInput, DatabaseRecord } from '#catalog/metastore'
import { compact, extras } from './compact.ts'
import { toDate } from './times.ts'

export function fromDatabaseInput(input: GlueDatabaseInput): DatabaseInput {
  const { CreateTableDefaultPermissions, TargetDatabase, FederatedDatabase } = input
  return compact({
    name: input.Name!,
    description: input.Description,
    locationUri: input.LocationUri,
    parameters: input.Parameters,
    extra: extras({ CreateTableDefaultPermissions, TargetDatabase, FederatedDatabase }),
  })
}

export function toDatabase(record: DatabaseRecord, ref: CatalogRef): GlueDatabase {
  return {
    Name: record.name,
    Description: record.description,
    LocationUri: record.locationUri,
    Parameters: record.parameters,
    CreateTime: toDate(record.createTimeMs),
    CatalogId: ref.accountId,
    // Without settings of Lake Formation, AWS gives every new table to all principals of IAM.
    CreateTableDefaultPermissions: [
      {
        Principal: { DataLakePrincipalIdentifier: 'IAM_ALLOWED_PRINCIPALS' },
        Permissions: ['ALL'],
      },
    ],
    ...record.extra,
  }
}

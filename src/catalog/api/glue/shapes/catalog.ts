import type { Catalog } from '@aws-sdk/client-glue'
import type { CatalogRef } from '#catalog/metastore'

/** The catalog that an account has in a region, open to whom IAM lets in. */
export function accountCatalog({ accountId, region }: CatalogRef): Catalog {
  const open = [
    {
      Principal: { DataLakePrincipalIdentifier: 'IAM_ALLOWED_PRINCIPALS' },
      Permissions: ['ALL' as const],
    },
  ]
  return {
    CatalogId: accountId,
    Name: accountId,
    ResourceArn: `arn:aws:glue:${region}:${accountId}:catalog`,
    CreateTableDefaultPermissions: open,
    CreateDatabaseDefaultPermissions: open,
  }
}

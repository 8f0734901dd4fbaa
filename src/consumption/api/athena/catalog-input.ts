import type { DataCatalog as AwsDataCatalog, DataCatalogType } from '@aws-sdk/client-athena'
import { type DataCatalog, isDefaultCatalog } from '#consumption/queries'
import { AwsError, type Call } from '#protocol/aws'
import { invalidRequest } from './errors.ts'

/** Refuses whatever is not a name for the caller's own Glue catalog. */
export function checkOwnCatalog(
  ctx: Call,
  type: DataCatalogType | undefined,
  parameters: Readonly<Record<string, string>> | undefined,
): void {
  if (type !== 'GLUE') {
    throw new AwsError(
      invalidRequest(`Data catalogs of type ${type} are not supported here: use GLUE`),
    )
  }
  const { 'catalog-id': id, ...others } = parameters ?? {}
  if (id === undefined || Object.keys(others).length > 0) {
    throw new AwsError(
      invalidRequest('Data catalogs of type GLUE take the parameter catalog-id, and no other'),
    )
  }
  if (id !== ctx.accountId) {
    throw new AwsError(
      invalidRequest(`The catalog of account ${id} cannot be used here: use ${ctx.accountId}`),
    )
  }
}

/** The catalog that is always there cannot be changed. */
export function checkNotDefault(name: string): void {
  if (!isDefaultCatalog(name)) return
  throw new AwsError(invalidRequest('AwsDataCatalog cannot be changed'))
}

export function toDataCatalog(
  catalog: Pick<DataCatalog, 'name' | 'description' | 'accountId'>,
): AwsDataCatalog {
  return {
    Name: catalog.name,
    Description: catalog.description,
    Type: 'GLUE',
    Parameters: { 'catalog-id': catalog.accountId },
    Status: 'CREATE_COMPLETE',
  }
}

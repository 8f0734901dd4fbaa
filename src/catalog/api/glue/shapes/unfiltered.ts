import type { TableRecord } from '#catalog/metastore'
import { AwsError } from '#protocol/aws'

/** All of them: who may see the table may see its columns. */
export function authorizedColumns(table: TableRecord): string[] {
  return [...(table.storage?.columns ?? []), ...(table.partitionKeys ?? [])].map(({ name }) => name)
}

/** An engine says which kinds of permissions it can enforce, one at least. */
export function checkPermissionTypes(types: readonly string[] | undefined): void {
  if (types && types.length > 0) return
  throw new AwsError({
    name: 'InvalidInputException',
    message: 'SupportedPermissionTypes cannot be empty.',
  })
}

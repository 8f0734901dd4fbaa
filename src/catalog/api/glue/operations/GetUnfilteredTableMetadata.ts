import {
  GetUnfilteredTableMetadata$,
  type GetUnfilteredTableMetadataRequest,
  type GetUnfilteredTableMetadataResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { databaseRef } from '../refs.ts'
import { toTable } from '../shapes/table.ts'
import { authorizedColumns, checkPermissionTypes } from '../shapes/unfiltered.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_GetUnfilteredTableMetadata.html
 * Tables are open to whom IAM lets in, as those that are not registered with Lake Formation are: all columns, no filters.
 */
export const GetUnfilteredTableMetadata = operation<
  GetUnfilteredTableMetadataRequest,
  GetUnfilteredTableMetadataResponse
>(GetUnfilteredTableMetadata$, async (input, ctx) => {
  checkPermissionTypes(input.SupportedPermissionTypes)
  const ref = { ...databaseRef(input, ctx), table: input.Name! }
  const table = await ctx.metastore.getTable(ref)
  return {
    Table: toTable(table, ref),
    AuthorizedColumns: authorizedColumns(table),
    IsRegisteredWithLakeFormation: false,
    IsMultiDialectView: false,
    IsProtected: false,
    CellFilters: [],
    ResourceArn: `arn:aws:glue:${ctx.region}:${ctx.accountId}:table/${table.database}/${table.name}`,
  }
})

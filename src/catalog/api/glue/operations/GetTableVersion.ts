import {
  GetTableVersion$,
  type GetTableVersionRequest,
  type GetTableVersionResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { tableRef } from '../refs.ts'
import { toTable } from '../shapes/table.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_GetTableVersion.html
 */
export const GetTableVersion = operation<GetTableVersionRequest, GetTableVersionResponse>(
  GetTableVersion$,
  async (input, ctx) => {
    const ref = tableRef(input, ctx)
    const table = await ctx.metastore.getTable(ref, input.VersionId)
    return { TableVersion: { Table: toTable(table, ref), VersionId: table.versionId } }
  },
)

import {
  GetTableVersions$,
  type GetTableVersionsRequest,
  type GetTableVersionsResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { pageInput, tableRef } from '../refs.ts'
import { toTable } from '../shapes/table.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_GetTableVersions.html
 */
export const GetTableVersions = operation<GetTableVersionsRequest, GetTableVersionsResponse>(
  GetTableVersions$,
  async (input, ctx) => {
    const ref = tableRef(input, ctx)
    const page = await ctx.metastore.listTableVersions(ref, pageInput(input))
    return {
      TableVersions: page.items.map((table) => ({
        Table: toTable(table, ref),
        VersionId: table.versionId,
      })),
      NextToken: page.nextToken,
    }
  },
)

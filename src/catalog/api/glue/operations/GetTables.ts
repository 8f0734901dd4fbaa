import { GetTables$, type GetTablesRequest, type GetTablesResponse } from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { databaseRef, pageInput } from '../refs.ts'
import { toTable } from '../shapes/table.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_GetTables.html
 */
export const GetTables = operation<GetTablesRequest, GetTablesResponse>(
  GetTables$,
  async (input, ctx) => {
    const ref = databaseRef(input, ctx)
    const page = await ctx.metastore.listTables(ref, {
      ...pageInput(input),
      expression: input.Expression,
    })
    return {
      TableList: page.items.map((table) => toTable(table, ref)),
      NextToken: page.nextToken,
    }
  },
)

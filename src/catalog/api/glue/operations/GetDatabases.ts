import {
  GetDatabases$,
  type GetDatabasesRequest,
  type GetDatabasesResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { catalogRef, pageInput } from '../refs.ts'
import { toDatabase } from '../shapes/database.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_GetDatabases.html
 */
export const GetDatabases = operation<GetDatabasesRequest, GetDatabasesResponse>(
  GetDatabases$,
  async (input, ctx) => {
    const ref = catalogRef(input, ctx)
    const page = await ctx.metastore.listDatabases(ref, pageInput(input))
    return {
      DatabaseList: page.items.map((database) => toDatabase(database, ref)),
      NextToken: page.nextToken,
    }
  },
)

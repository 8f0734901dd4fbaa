import {
  GetDatabase$,
  type GetDatabaseRequest,
  type GetDatabaseResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { catalogRef, required } from '../refs.ts'
import { toDatabase } from '../shapes/database.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_GetDatabase.html
 */
export const GetDatabase = operation<GetDatabaseRequest, GetDatabaseResponse>(
  GetDatabase$,
  async (input, ctx) => {
    const ref = catalogRef(input, ctx)
    const database = await ctx.metastore.getDatabase({
      ...ref,
      database: required(input.Name, 'name'),
    })
    return { Database: toDatabase(database, ref) }
  },
)

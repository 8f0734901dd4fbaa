import {
  DeleteDatabase$,
  type DeleteDatabaseRequest,
  type DeleteDatabaseResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { catalogRef, required } from '../refs.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_DeleteDatabase.html
 * Tables and functions go in the same transaction; AWS removes them some time later.
 */
export const DeleteDatabase = operation<DeleteDatabaseRequest, DeleteDatabaseResponse>(
  DeleteDatabase$,
  async (input, ctx) => {
    const ref = { ...catalogRef(input, ctx), database: required(input.Name, 'name') }
    await ctx.metastore.deleteDatabase(ref)
    return {}
  },
)

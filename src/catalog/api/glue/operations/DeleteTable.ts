import {
  DeleteTable$,
  type DeleteTableRequest,
  type DeleteTableResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { databaseRef, required } from '../refs.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_DeleteTable.html
 */
export const DeleteTable = operation<DeleteTableRequest, DeleteTableResponse>(
  DeleteTable$,
  async (input, ctx) => {
    const ref = { ...databaseRef(input, ctx), table: required(input.Name, 'name') }
    await ctx.metastore.deleteTable(ref)
    return {}
  },
)

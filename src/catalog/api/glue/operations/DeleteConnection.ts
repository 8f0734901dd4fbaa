import {
  DeleteConnection$,
  type DeleteConnectionRequest,
  type DeleteConnectionResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { catalogRef } from '../refs.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_DeleteConnection.html
 */
export const DeleteConnection = operation<DeleteConnectionRequest, DeleteConnectionResponse>(
  DeleteConnection$,
  async (input, ctx) => {
    await ctx.metastore.deleteConnection(catalogRef(input, ctx), input.ConnectionName!)
    return {}
  },
)

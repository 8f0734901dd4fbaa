import {
  UpdateConnection$,
  type UpdateConnectionRequest,
  type UpdateConnectionResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { catalogRef } from '../refs.ts'
import { fromConnectionInput } from '../shapes/connection.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_UpdateConnection.html
 */
export const UpdateConnection = operation<UpdateConnectionRequest, UpdateConnectionResponse>(
  UpdateConnection$,
  async (input, ctx) => {
    const connection = fromConnectionInput(input.ConnectionInput!)
    await ctx.metastore.updateConnection(catalogRef(input, ctx), input.Name!, connection)
    return {}
  },
)

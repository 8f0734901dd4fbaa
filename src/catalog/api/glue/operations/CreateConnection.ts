import {
  CreateConnection$,
  type CreateConnectionRequest,
  type CreateConnectionResponse,
} from '@aws-sdk/client-glue'
import { catalogArn } from '#catalog/metastore'
import { operation } from '../context.ts'
import { catalogRef } from '../refs.ts'
import { fromConnectionInput } from '../shapes/connection.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_CreateConnection.html
 * Kept for engines that ask for it; nothing here opens it yet.
 */
export const CreateConnection = operation<CreateConnectionRequest, CreateConnectionResponse>(
  CreateConnection$,
  async (input, ctx) => {
    const ref = catalogRef(input, ctx)
    const connection = fromConnectionInput(input.ConnectionInput!)
    await ctx.metastore.createConnection(ref, connection)
    if (input.Tags && Object.keys(input.Tags).length > 0) {
      await ctx.metastore.tagResource(catalogArn(ref, `connection/${connection.name}`), input.Tags)
    }
    return { CreateConnectionStatus: 'READY' }
  },
)

import {
  GetConnection$,
  type GetConnectionRequest,
  type GetConnectionResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { catalogRef } from '../refs.ts'
import { toConnection } from '../shapes/connection.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_GetConnection.html
 */
export const GetConnection = operation<GetConnectionRequest, GetConnectionResponse>(
  GetConnection$,
  async (input, ctx) => {
    const withSecrets = input.HidePassword !== true
    const found = await ctx.metastore.getConnection(catalogRef(input, ctx), input.Name!, {
      withSecrets,
    })
    return { Connection: toConnection(found) }
  },
)

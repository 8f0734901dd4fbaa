import {
  GetConnections$,
  type GetConnectionsRequest,
  type GetConnectionsResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { catalogRef, pageInput } from '../refs.ts'
import { toConnection } from '../shapes/connection.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_GetConnections.html
 */
export const GetConnections = operation<GetConnectionsRequest, GetConnectionsResponse>(
  GetConnections$,
  async (input, ctx) => {
    const { MatchCriteria = [], ConnectionType, ConnectionSchemaVersion } = input.Filter ?? {}
    const page = await ctx.metastore.listConnections(catalogRef(input, ctx), {
      ...pageInput(input, 1000),
      withSecrets: input.HidePassword !== true,
      matches: (record) =>
        MatchCriteria.every((one) => record.matchCriteria?.includes(one)) &&
        (ConnectionType === undefined || record.connectionType === ConnectionType) &&
        (ConnectionSchemaVersion ?? 1) === 1,
    })
    return { ConnectionList: page.items.map(toConnection), NextToken: page.nextToken }
  },
)

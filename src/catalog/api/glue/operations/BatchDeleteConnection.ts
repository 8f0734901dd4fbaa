import {
  BatchDeleteConnection$,
  type BatchDeleteConnectionRequest,
  type BatchDeleteConnectionResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { catalogRef } from '../refs.ts'
import { deleteEach } from '../shapes/connection.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_BatchDeleteConnection.html
 */
export const BatchDeleteConnection = operation<
  BatchDeleteConnectionRequest,
  BatchDeleteConnectionResponse
>(BatchDeleteConnection$, (input, ctx) => {
  const ref = catalogRef(input, ctx)
  return deleteEach(input.ConnectionNameList!, (name) => ctx.metastore.deleteConnection(ref, name))
})

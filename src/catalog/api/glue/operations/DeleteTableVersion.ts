import {
  DeleteTableVersion$,
  type DeleteTableVersionRequest,
  type DeleteTableVersionResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { tableRef } from '../refs.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_DeleteTableVersion.html
 */
export const DeleteTableVersion = operation<DeleteTableVersionRequest, DeleteTableVersionResponse>(
  DeleteTableVersion$,
  async (input, ctx) => {
    await ctx.metastore.deleteTableVersion(tableRef(input, ctx), input.VersionId!)
    return {}
  },
)

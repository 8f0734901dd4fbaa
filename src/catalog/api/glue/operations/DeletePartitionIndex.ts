import {
  DeletePartitionIndex$,
  type DeletePartitionIndexRequest,
  type DeletePartitionIndexResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { tableRef } from '../refs.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_DeletePartitionIndex.html
 */
export const DeletePartitionIndex = operation<
  DeletePartitionIndexRequest,
  DeletePartitionIndexResponse
>(DeletePartitionIndex$, async (input, ctx) => {
  await ctx.metastore.deletePartitionIndex(tableRef(input, ctx), input.IndexName!)
  return {}
})

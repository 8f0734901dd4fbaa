import {
  CreatePartitionIndex$,
  type CreatePartitionIndexRequest,
  type CreatePartitionIndexResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { tableRef } from '../refs.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_CreatePartitionIndex.html
 * The index is ACTIVE at once: partitions are always indexed by all keys in their order.
 */
export const CreatePartitionIndex = operation<
  CreatePartitionIndexRequest,
  CreatePartitionIndexResponse
>(CreatePartitionIndex$, async (input, ctx) => {
  const { IndexName, Keys } = input.PartitionIndex!
  const index = { name: IndexName!, keys: Keys! }
  await ctx.metastore.createPartitionIndex(tableRef(input, ctx), index)
  return {}
})

import {
  GetPartitionIndexes$,
  type GetPartitionIndexesRequest,
  type GetPartitionIndexesResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { tableRef } from '../refs.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_GetPartitionIndexes.html
 */
export const GetPartitionIndexes = operation<
  GetPartitionIndexesRequest,
  GetPartitionIndexesResponse
>(GetPartitionIndexes$, async (input, ctx) => {
  const indexes = await ctx.metastore.listPartitionIndexes(tableRef(input, ctx))
  return {
    PartitionIndexDescriptorList: indexes.map((index) => ({
      IndexName: index.name,
      Keys: index.keys.map((key) => ({ Name: key.name, Type: key.type })),
      IndexStatus: 'ACTIVE',
    })),
  }
})

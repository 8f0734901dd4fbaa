import {
  GetPartitions$,
  type GetPartitionsRequest,
  type GetPartitionsResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { pageInput, tableRef } from '../refs.ts'
import { toPartition } from '../shapes/partition.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_GetPartitions.html
 * A partition whose value is not of its key's type matches no comparison; AWS fails the request.
 */
export const GetPartitions = operation<GetPartitionsRequest, GetPartitionsResponse>(
  GetPartitions$,
  async (input, ctx) => {
    const ref = tableRef(input, ctx)
    const segment = input.Segment && {
      number: input.Segment.SegmentNumber!,
      total: input.Segment.TotalSegments!,
    }
    const page = await ctx.metastore.listPartitions(ref, {
      ...pageInput(input, 1000),
      expression: input.Expression,
      segment,
    })
    const options = { excludeColumns: input.ExcludeColumnSchema ?? false }
    return {
      Partitions: page.items.map((partition) => toPartition(partition, ref, options)),
      NextToken: page.nextToken,
    }
  },
)

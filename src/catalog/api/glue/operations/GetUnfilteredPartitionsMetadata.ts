import {
  GetUnfilteredPartitionsMetadata$,
  type GetUnfilteredPartitionsMetadataRequest,
  type GetUnfilteredPartitionsMetadataResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { pageInput, tableRef } from '../refs.ts'
import { toPartition } from '../shapes/partition.ts'
import { authorizedColumns, checkPermissionTypes } from '../shapes/unfiltered.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_GetUnfilteredPartitionsMetadata.html
 * Tables are open to whom IAM lets in, as those that are not registered with Lake Formation are: all columns, no filters.
 */
export const GetUnfilteredPartitionsMetadata = operation<
  GetUnfilteredPartitionsMetadataRequest,
  GetUnfilteredPartitionsMetadataResponse
>(GetUnfilteredPartitionsMetadata$, async (input, ctx) => {
  checkPermissionTypes(input.SupportedPermissionTypes)
  const ref = tableRef(input, ctx)
  const segment = input.Segment && {
    number: input.Segment.SegmentNumber!,
    total: input.Segment.TotalSegments!,
  }
  const table = await ctx.metastore.getTable(ref)
  const page = await ctx.metastore.listPartitions(ref, {
    ...pageInput(input, 1000),
    expression: input.Expression,
    segment,
  })
  return {
    UnfilteredPartitions: page.items.map((partition) => ({
      Partition: toPartition(partition, ref),
      AuthorizedColumns: authorizedColumns(table),
      IsRegisteredWithLakeFormation: false,
    })),
    NextToken: page.nextToken,
  }
})

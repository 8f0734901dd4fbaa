import {
  GetUnfilteredPartitionMetadata$,
  type GetUnfilteredPartitionMetadataRequest,
  type GetUnfilteredPartitionMetadataResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { tableRef } from '../refs.ts'
import { toPartition } from '../shapes/partition.ts'
import { authorizedColumns, checkPermissionTypes } from '../shapes/unfiltered.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_GetUnfilteredPartitionMetadata.html
 * Tables are open to whom IAM lets in, as those that are not registered with Lake Formation are: all columns, no filters.
 */
export const GetUnfilteredPartitionMetadata = operation<
  GetUnfilteredPartitionMetadataRequest,
  GetUnfilteredPartitionMetadataResponse
>(GetUnfilteredPartitionMetadata$, async (input, ctx) => {
  checkPermissionTypes(input.SupportedPermissionTypes)
  const ref = tableRef(input, ctx)
  const partition = await ctx.metastore.getPartition(ref, input.PartitionValues!)
  return {
    Partition: toPartition(partition, ref),
    AuthorizedColumns: authorizedColumns(await ctx.metastore.getTable(ref)),
    IsRegisteredWithLakeFormation: false,
  }
})

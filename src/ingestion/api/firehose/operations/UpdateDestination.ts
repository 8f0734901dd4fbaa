import {
  UpdateDestination$,
  type ExtendedS3DestinationDescription,
  type UpdateDestinationInput,
  type UpdateDestinationOutput,
} from '@aws-sdk/client-firehose'
import { operation } from '../context.ts'
import { describeUpdated, destinationId, partitions, toSettings } from '../destination.ts'
import { invalidArgument } from '../refusal.ts'
import { checkRoles } from '../roles.ts'
import { streamOf } from '../subject.ts'

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_UpdateDestination.html. The kind of destination cannot change. */
export const UpdateDestination = operation<UpdateDestinationInput, UpdateDestinationOutput>(
  UpdateDestination$,
  async (input, ctx) => {
    const ref = streamOf(ctx, input)
    const { ExtendedS3DestinationUpdate: extended, S3DestinationUpdate: plain } = input
    const update = extended ?? plain
    if (!update || (extended && plain)) {
      throw invalidArgument('Exactly one S3 destination update must be given.')
    }
    const stream = ctx.delivery.get(ref)
    if (input.DestinationId !== destinationId) {
      throw invalidArgument(
        `Destination Id ${input.DestinationId} not found in the delivery stream ${ref.name}.`,
      )
    }
    const before = stream.description as unknown as ExtendedS3DestinationDescription
    if (before.S3BackupMode === 'Enabled' && extended?.S3BackupMode === 'Disabled') {
      throw invalidArgument('S3 backup cannot be disabled once it is enabled.')
    }
    const description = describeUpdated(before, update)
    if (partitions(description) !== partitions(before)) {
      throw invalidArgument(
        'Dynamic Partitioning can only be enabled or disabled when the delivery stream is created.',
      )
    }
    const settings = toSettings(description, ctx)
    await checkRoles(ctx, description)
    await ctx.delivery.update(ref, {
      expectedVersion: Number(input.CurrentDeliveryStreamVersionId),
      settings,
      description: { ...description },
    })
    return {}
  },
)

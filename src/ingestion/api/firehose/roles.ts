import type { ExtendedS3DestinationDescription } from '@aws-sdk/client-firehose'
import type { Call } from '#protocol/aws'
import type { FirehoseContext } from './context.ts'
import { invalidArgument } from './refusal.ts'

/** Refuses what names a role that does not trust Firehose, or that is not there. */
export async function checkRoles(
  ctx: Call & FirehoseContext,
  description: ExtendedS3DestinationDescription,
  sourceRoleArn?: string,
): Promise<void> {
  const converts = description.DataFormatConversionConfiguration
  const named = [
    description.RoleARN,
    description.S3BackupMode === 'Enabled' ? description.S3BackupDescription?.RoleARN : undefined,
    converts && converts.Enabled !== false ? converts.SchemaConfiguration?.RoleARN : undefined,
    sourceRoleArn,
    ...processorRoles(description),
  ]
  for (const role of new Set(named)) {
    if (role && !(await ctx.mayAssume(role, ctx.accountId))) {
      throw invalidArgument(
        `Firehose is unable to assume role ${role}. Please check the role provided.`,
      )
    }
  }
}

/** Of functions that transform records. */
function processorRoles({
  ProcessingConfiguration: processing,
}: ExtendedS3DestinationDescription): readonly (string | undefined)[] {
  if (!processing?.Enabled) return []
  return (processing.Processors ?? [])
    .flatMap(({ Parameters }) => Parameters ?? [])
    .filter(({ ParameterName }) => ParameterName === 'RoleArn')
    .map(({ ParameterValue }) => ParameterValue)
}

import type {
  ExtendedS3DestinationDescription,
  HttpEndpointDestinationDescription,
  IcebergDestinationDescription,
} from '@aws-sdk/client-firehose'
import type { Call } from '#protocol/aws'
import type { FirehoseContext } from './context.ts'
import { invalidArgument } from './refusal.ts'

type RoleArns = readonly (string | undefined)[]

/** Refuses a role that does not trust Firehose, or that is not there. */
export async function checkRoles(ctx: Call & FirehoseContext, roles: RoleArns): Promise<void> {
  for (const role of new Set(roles)) {
    if (role && !(await ctx.mayAssume(role, ctx.accountId))) {
      throw invalidArgument(
        `Firehose is unable to assume role ${role}. Please check the role provided.`,
      )
    }
  }
}

export function s3Roles(description: ExtendedS3DestinationDescription): RoleArns {
  const { DataFormatConversionConfiguration: conversion } = description
  const converts = conversion && conversion.Enabled !== false
  return [
    description.RoleARN,
    description.S3BackupMode === 'Enabled' ? description.S3BackupDescription?.RoleARN : undefined,
    converts ? conversion.SchemaConfiguration?.RoleARN : undefined,
    ...processorRoles(description),
  ]
}

export const icebergRoles: (description: IcebergDestinationDescription) => RoleArns = placeRoles
export const endpointRoles: (description: HttpEndpointDestinationDescription) => RoleArns =
  placeRoles

function placeRoles(
  description: HttpEndpointDestinationDescription | IcebergDestinationDescription,
): RoleArns {
  return [
    description.RoleARN,
    description.S3DestinationDescription?.RoleARN,
    ...processorRoles(description),
  ]
}

/** Of functions that transform records. */
function processorRoles({
  ProcessingConfiguration: processing,
}: Pick<ExtendedS3DestinationDescription, 'ProcessingConfiguration'>): RoleArns {
  if (!processing?.Enabled) return []
  return (processing.Processors ?? [])
    .flatMap(({ Parameters }) => Parameters ?? [])
    .filter(({ ParameterName }) => ParameterName === 'RoleArn')
    .map(({ ParameterValue }) => ParameterValue)
}

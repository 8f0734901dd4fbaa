import { parseArn, type Stream, type Streams } from '#ingestion/streams'
import type { Database } from '#platform/database'
import { FunctionErrors } from '../errors.ts'
import { parseFunctionArn } from '../names.ts'
import type { FunctionVersion } from '../records.ts'
import { loadEntry, resolveVersion } from '../registry/lookups.ts'
import type { RoleSession } from '../runtime/function-runner.ts'
import { tablesOf } from '../tables.ts'
import type { Mapping } from './mapping.ts'

export interface SourceParts {
  readonly database: Database
  readonly streams: Pick<Streams, 'find' | 'consumers'>
  /** A role's session, kept for a while. */
  readonly roleOf: (version: FunctionVersion) => Promise<RoleSession | undefined>
  /** Whether the version's role may decrypt what a stream keeps under the key. */
  readonly mayDecrypt: (
    version: FunctionVersion,
    stream: { readonly arn: string; readonly kmsKeyId: string },
  ) => Promise<boolean>
}

/**
 * The stream that a mapping reads, as long as it and the consumer that is named are there, and the function's role may read it and use
 * its key: https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html. Errors: those of streams, `InvalidFunctionParameter`.
 */
export async function sourceStream(parts: SourceParts, mapping: Mapping): Promise<Stream> {
  const { streams } = parts
  const arn = mapping.sourceArn
  const isConsumer = parseArn(arn)?.consumer !== undefined
  const stream = await streams.find(mapping, { arn })
  if (isConsumer) await streams.consumers.find(mapping, { arn })
  const role = await parts.roleOf(await versionOf(parts, mapping))
  const action = isConsumer ? 'kinesis:SubscribeToShard' : 'kinesis:GetRecords'
  if (!(await role?.permits(action, arn))) {
    throw FunctionErrors.InvalidFunctionParameter(
      `Cannot access stream ${arn}. Please ensure the role can perform the ${isConsumer ? 'SubscribeToShard' : 'GetRecords'}, GetShardIterator, DescribeStream, ListShards, and ListStreams Actions on your stream in IAM.`,
    )
  }
  if (stream.kmsKeyId !== undefined) await mustDecrypt(parts, mapping, stream.kmsKeyId)
  return stream
}

/** Refuses what lies under a key that the function's role may not use: also records of before, whatever the stream's key is now. */
export async function mustDecrypt(
  parts: SourceParts,
  mapping: Mapping,
  kmsKeyId: string,
): Promise<void> {
  const arn = streamOf(mapping.sourceArn)
  if (await parts.mayDecrypt(await versionOf(parts, mapping), { arn, kmsKeyId })) return
  throw FunctionErrors.InvalidFunctionParameter(
    `Cannot access stream ${mapping.sourceArn}. Please ensure the role can perform the kms:Decrypt Action on the key ${kmsKeyId}.`,
  )
}

const streamOf = (sourceArn: string): string => sourceArn.split('/consumer/')[0]!

async function versionOf({ database }: SourceParts, mapping: Mapping): Promise<FunctionVersion> {
  const { qualifier, ...ref } = parseFunctionArn(mapping.settings.functionArn)!
  const db = tablesOf(database)
  return resolveVersion(db, await loadEntry(db, ref), qualifier)
}

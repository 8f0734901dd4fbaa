import { FirehoseQuotas } from '#ingestion/api/firehose'
import { kmsKeys } from '#ingestion/api/kinesis'
import { LogKeys, createStreams, openDiskStreamLog, sealedStreamLog } from '#ingestion/streams'
import type { Foundations } from './foundations.ts'
import type { Governance } from './governance.ts'

export type Streaming = Awaited<ReturnType<typeof openStreaming>>

/** The log of all streams, sealed where a stream is encrypted, and the streams on it. */
export async function openStreaming(
  { config, folder, database, clock, log, opened, hasRoom }: Foundations,
  { keys, sealer }: Pick<Governance, 'keys' | 'sealer'>,
) {
  const kms = kmsKeys(keys, sealer)
  const logKeys = await LogKeys.open({ database, kms, clock })
  const diskLog = await openDiskStreamLog({
    folder: await folder.folder('streams'),
    clock,
    hasRoom,
    log: log.child({ part: 'stream-log' }),
  })
  const streamLog = opened.use('streams', sealedStreamLog(diskLog, logKeys))
  const streams = await createStreams({
    database,
    log: streamLog,
    clock,
    logger: log.child({ part: 'streams' }),
    quotas: config.awsQuotas,
  })
  const firehoseQuotas = config.awsQuotas ? new FirehoseQuotas(clock, streams) : undefined
  return { kms, logKeys, streamLog, streams, firehoseQuotas }
}

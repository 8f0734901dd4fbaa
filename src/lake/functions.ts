import {
  callLater,
  createCodeLinks,
  filterKeys,
  functionPolicySource,
  letsCall,
  variableKeys,
} from '#processing/api/lambda'
import { openServiceSession } from '#governance/api/access'
import { createFunctions, type Functions, type FunctionVersion } from '#processing/functions'
import type { Logger } from '#kit'
import type { Background } from '#platform/jobs'
import type { FunctionDestination, NotificationTarget } from '#storage/objects'
import type { Foundations } from './foundations.ts'
import type { Governance } from './governance.ts'
import { permitsOf } from './key-permissions.ts'
import type { Roles } from './roles.ts'
import type { Storage } from './storage.ts'
import type { Streaming } from './streaming.ts'

const lambdaService = 'lambda.amazonaws.com'

/** Functions, the links to their code; their policies join those of the lake's resources. */
export async function openFunctions(
  { config, folder, database, clock, log, opened }: Foundations,
  parts: {
    readonly governance: Governance
    readonly storage: Storage
    readonly streaming: Streaming
    readonly roles: Roles
    readonly background: Background
    /** Where the server can be reached from this machine, once it listens. */
    readonly address: Promise<string>
  },
) {
  const { identity, keys, sealer, logStore, measure } = parts.governance
  const { roles } = parts
  const sessionOf = ({ accountId, region, name, settings: { roleArn } }: FunctionVersion) =>
    roles.sessions({
      roleArn,
      service: lambdaService,
      accountId,
      region,
      sessionName: name,
      durationS: 900,
    })
  const functions = opened.use(
    'functions',
    await createFunctions({
      database,
      streams: parts.streaming.streams,
      streamLog: parts.streaming.streamLog,
      roleOf: sessionOf,
      mayDecrypt: async (version, { arn, kmsKeyId }) => {
        const session = await sessionOf(version)
        const use = { service: 'kinesis', context: { 'aws:kinesis:arn': arn } }
        return (
          session !== undefined && permitsOf(keys, version, session)('kms:Decrypt', kmsKeyId, use)
        )
      },
      folder: await folder.folder('functions'),
      dataFolder: folder.path,
      clock,
      sealer,
      keys: variableKeys(keys),
      filterKeys: filterKeys(keys),
      measure,
      logger: log.child({ part: 'functions' }),
      background: parts.background,
      processesMax: config.functionProcesses,
      endpoint: parts.address,
      caBundle: config.tlsCert,
      mayAssume: (roleArn, accountId) =>
        identity.serviceMayAssume(roleArn, lambdaService, accountId),
      assumeRole: ({ accountId, region, name, settings: { roleArn } }) =>
        openServiceSession(identity, roles.policySources, {
          roleArn,
          service: lambdaService,
          accountId,
          region,
          sessionName: name,
          durationS: 12 * 3600,
        }),
      writeLog: (place, lines) => logStore.record(place, lines),
      putObject: async ({ body, ...object }) => {
        await parts.storage.objects.put({ ...object, contentType: 'application/json' }, body)
      },
    }),
  )
  roles.policySources['lambda'] = functionPolicySource(functions)
  const codeLinks = createCodeLinks({
    functions,
    sealer,
    clock,
    scheme: config.tlsCert === undefined ? 'http' : 'https',
  })
  return { functions, codeLinks }
}

/** S3 calls functions for buckets, as far as the functions' policies allow. */
export function functionsOfBuckets(functions: Functions, log: Logger): FunctionDestination {
  const callerOf = ({ destinationArn, accountId, bucket }: NotificationTarget) => ({
    functionArn: destinationArn,
    service: 's3.amazonaws.com',
    sourceArn: `arn:aws:s3:::${bucket}`,
    accountId,
  })
  const parts = { functions, log: log.child({ part: 'functions' }) }
  return {
    accepts: (target) => letsCall(functions, callerOf(target)),
    invoke: (target, message) => callLater(parts, callerOf(target), message),
  }
}

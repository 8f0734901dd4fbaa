import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { RootCredentials } from '#admin'
import type { Config } from '#config'
import { createIdentity } from '#governance/identity'
import { createKeys, createSealer, openMasterKey } from '#governance/keys'
import {
  createLogStore,
  createMetricBuffer,
  createMetricStore,
  single,
} from '#governance/monitoring'
import { systemClock } from '#kit'
import { readSqliteDatabase } from '#platform/database'
import type { Measure } from '#platform/telemetry'
import type { Foundations } from './foundations.ts'
import { databaseFile } from './migrations.ts'

const masterKeyFile = 'master.key'

export type Governance = Awaited<ReturnType<typeof openGovernance>>

/** Keys, identities, logs and metrics; the configured account is there when it resolves. */
export async function openGovernance({
  config,
  folder,
  database,
  clock,
  log,
  opened,
}: Foundations) {
  const sealer = createSealer(await openMasterKey(join(folder.path, masterKeyFile)))
  const keys = createKeys({ database, clock, sealer })
  const identity = opened.use('identity', createIdentity({ database, clock, sealer }))
  await identity.ensureAccount(config.accountId, rootKeyOf(config))

  const logStore = createLogStore({ database, clock })
  const metrics = createMetricStore({ database, clock })
  const measured = createMetricBuffer(metrics, log.child({ part: 'metrics' }))
  const measure: Measure = ({ value, ...names }) =>
    measured.add({ ...names, timestampMs: clock.now(), ...single(value) })
  return { sealer, keys, identity, logStore, metrics, measured, measure }
}

/** The root key of the configured account, from the folder of a lake that may be running; undefined where there is none. */
export async function readRootCredentials(config: Config): Promise<RootCredentials | undefined> {
  const path = join(config.dataDir, databaseFile)
  if (!existsSync(path)) return undefined
  await using database = readSqliteDatabase(path)
  const sealer = createSealer(await openMasterKey(join(config.dataDir, masterKeyFile)))
  await using identity = createIdentity({ database, clock: systemClock, sealer })
  return await identity.rootCredentials(config.accountId)
}

function rootKeyOf(config: Config) {
  return config.rootAccessKeyId && config.rootSecretAccessKey
    ? { accessKeyId: config.rootAccessKeyId, secretAccessKey: config.rootSecretAccessKey }
    : undefined
}

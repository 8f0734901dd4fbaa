import { createChannels, createDelivery, type DeliveryRole } from '#ingestion/delivery'
import type { Background } from '#platform/jobs'
import { callForDelivery } from '#processing/api/lambda'
import type { QueryEngine } from '#processing/engine'
import type { Functions } from '#processing/functions'
import type { Catalog } from './catalog.ts'
import type { Foundations, LakeProbes } from './foundations.ts'
import type { Governance } from './governance.ts'
import { permitsOf } from './key-permissions.ts'
import type { Roles } from './roles.ts'
import type { Storage } from './storage.ts'
import type { Streaming } from './streaming.ts'

/** What access keys of HTTP endpoints are sealed as. */
const secrets = 'delivery_streams.settings'

/** Delivery streams, which run from here on, and how their secrets are sealed. */
export async function openDelivery(
  { database, clock, log }: Foundations,
  parts: {
    readonly governance: Governance
    readonly storage: Storage
    readonly streaming: Streaming
    readonly catalog: Catalog
    readonly roles: Roles
    readonly functions: Functions
    readonly engine: QueryEngine
    readonly background: Background
    readonly probes: LakeProbes
  },
) {
  const { onDeliveryStaged: onStaged, onDeliveryStep: onStep } = parts.probes
  const { keys, sealer, logStore, measure } = parts.governance
  const { streams, streamLog, logKeys } = parts.streaming
  const assumeRole = (role: Omit<DeliveryRole, 'service'> & Partial<DeliveryRole>) => {
    const { service = 'firehose', ...rest } = role
    return parts.roles.sessions({
      ...rest,
      service: `${service}.amazonaws.com`,
      sessionName: service,
      durationS: 900,
    })
  }
  const delivery = await createDelivery({
    database,
    log: streamLog,
    logKeys,
    streams,
    objects: parts.storage.objects,
    metastore: parts.catalog.metastore,
    tables: parts.catalog.tables,
    engine: parts.engine,
    logs: logStore,
    roles: {
      assume: async (role) => {
        const session = await assumeRole(role)
        return session && { permits: permitsOf(keys, role, session) }
      },
    },
    functions: { call: callForDelivery({ functions: parts.functions, assumeRole }) },
    clock,
    unseal: (sealed) => sealer.unseal(Buffer.from(sealed, 'base64'), secrets).toString(),
    background: parts.background,
    measure,
    logger: log.child({ part: 'delivery' }),
    ...(onStaged ? { onStaged } : {}),
    ...(onStep ? { onStep } : {}),
  })
  const seal = (secret: string) => sealer.seal(Buffer.from(secret), secrets).toString('base64')
  return { delivery, channels: createChannels(delivery, streams), seal }
}

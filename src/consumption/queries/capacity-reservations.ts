import type { Clock } from '#kit'
import type { Database } from '#platform/database'
import { capacityReservationArn } from './arns.ts'
import { QueryErrors } from './errors.ts'
import type { Reservation } from './executions/execution-queue.ts'
import { pageByName } from './paging.ts'
import type { CapacityReservation, Page, PageInput, QueryScope } from './records.ts'
import type { QueryDb, QueryTables } from './tables.ts'
import { removeTags, setTags } from './tags.ts'

/**
 * Reservations of DPUs, as limits on the local pool. They are there at once (`ACTIVE`), and their workgroups run as many queries at
 * once as they have fours of DPUs. https://docs.aws.amazon.com/athena/latest/ug/capacity-management.html
 */
export interface CapacityReservations {
  create(
    scope: QueryScope,
    input: { readonly name: string; readonly targetDpus: number },
    tags: Readonly<Record<string, string>>,
  ): Promise<void>
  /** Error: `QueryResourceNotFound`. */
  get(scope: QueryScope, name: string): Promise<CapacityReservation>
  list(scope: QueryScope, page: PageInput): Promise<Page<CapacityReservation>>
  /** Errors: `QueryResourceNotFound`, `InvalidQueryRequest` for a cancelled one. */
  resize(scope: QueryScope, name: string, targetDpus: number): Promise<void>
  /** In place of what was assigned before. A workgroup belongs to one active reservation at most. */
  assign(
    scope: QueryScope,
    name: string,
    assignments: readonly (readonly string[])[],
  ): Promise<void>
  /** Its workgroups run as any other again. Once cancelled, always cancelled. */
  cancel(scope: QueryScope, name: string): Promise<void>
  /** Of a cancelled one only. */
  delete(scope: QueryScope, name: string): Promise<void>
  /** Removes those that were cancelled before. */
  forgetCancelled(beforeMs: number): Promise<void>
}

const reservationsMax = 100
const workGroupsMax = 100
const dpusPerQuery = 4

/** `onChange` is called when the places of workgroups may have changed, before the caller is answered. */
export function createCapacityReservations(
  database: Database,
  clock: Clock,
  onChange: () => Promise<void>,
): CapacityReservations {
  const change = async (
    scope: QueryScope,
    name: string,
    next: (current: CapacityReservation, db: QueryDb) => Promise<Partial<CapacityReservation>>,
  ) => {
    await database.transaction(async (tx) => {
      const db = tx.tables<QueryTables>()
      const current = await load(db, scope, name)
      if (current.status !== 'ACTIVE') {
        throw QueryErrors.InvalidQueryRequest(`Capacity reservation ${name} is ${current.status}`)
      }
      await save(db, { ...current, ...(await next(current, db)) })
    })
    await onChange()
  }
  return {
    create: async (scope, { name, targetDpus }, tags) => {
      await database.transaction(async (tx) => {
        const db = tx.tables<QueryTables>()
        const there = await rowsOf(db, scope).execute()
        if (there.some((row) => row.name === name)) {
          throw QueryErrors.InvalidQueryRequest(`Capacity reservation ${name} already exists`)
        }
        if (there.length >= reservationsMax) {
          throw QueryErrors.InvalidQueryRequest(
            `Cannot have more than ${reservationsMax} capacity reservations`,
          )
        }
        const nowMs = clock.now()
        const reservation: CapacityReservation = {
          accountId: scope.accountId,
          region: scope.region,
          name,
          status: 'ACTIVE',
          targetDpus,
          createdMs: nowMs,
          allocatedMs: nowMs,
          cancelledMs: undefined,
          assignments: [],
        }
        await db.insertInto('query_capacity').values(toRow(reservation)).execute()
        await setTags(db, capacityReservationArn(scope, name), tags)
      })
    },
    get: (scope, name) => load(database.tables<QueryTables>(), scope, name),
    list: (scope, page) => {
      const rows = rowsOf(database.tables<QueryTables>(), scope).orderBy('name')
      return pageByName(
        page,
        (after, countMax) => rows.where('name', '>', after).limit(countMax).execute(),
        fromRow,
      )
    },
    resize: (scope, name, targetDpus) =>
      change(scope, name, async () => ({ targetDpus, allocatedMs: clock.now() })),
    assign: (scope, name, assignments) =>
      change(scope, name, async (_, db) => {
        await checkAssignable(db, scope, name, assignments.flat())
        return { assignments }
      }),
    cancel: (scope, name) =>
      change(scope, name, async () => ({ status: 'CANCELLED', cancelledMs: clock.now() })),
    delete: (scope, name) =>
      database.transaction(async (tx) => {
        const db = tx.tables<QueryTables>()
        const current = await load(db, scope, name)
        if (current.status !== 'CANCELLED') {
          throw QueryErrors.InvalidQueryRequest(
            `Capacity reservation ${name} must be cancelled before it can be deleted`,
          )
        }
        await remove(db, current)
      }),
    forgetCancelled: (beforeMs) =>
      database.transaction(async (tx) => {
        const db = tx.tables<QueryTables>()
        for (const row of await db.selectFrom('query_capacity').selectAll().execute()) {
          const reservation = fromRow(row)
          const { cancelledMs } = reservation
          if (cancelledMs !== undefined && cancelledMs < beforeMs) await remove(db, reservation)
        }
      }),
  }
}

/** The places that workgroups share now, known without a look into the database. */
export class CapacityPlaces {
  readonly #database: Database
  #places: ReadonlyMap<string, Reservation> = new Map()
  #begun = 0
  #loaded = 0

  constructor(database: Database) {
    this.#database = database
  }

  /** Of a group of the queue, by `queueGroup`. */
  of(group: string): Reservation | undefined {
    return this.#places.get(group)
  }

  async load(): Promise<void> {
    const turn = ++this.#begun
    const rows = await this.#database
      .tables<QueryTables>()
      .selectFrom('query_capacity')
      .selectAll()
      .execute()
    // One that began later has seen more.
    if (turn < this.#loaded) return
    this.#loaded = turn
    const places = new Map<string, Reservation>()
    for (const reservation of rows.map(fromRow)) {
      if (reservation.status !== 'ACTIVE') continue
      const shared: Reservation = {
        id: capacityReservationArn(reservation, reservation.name),
        places: Math.max(1, Math.floor(reservation.targetDpus / dpusPerQuery)),
      }
      for (const name of reservation.assignments.flat()) {
        places.set(queueGroup(reservation, name), shared)
      }
    }
    this.#places = places
  }
}

/** The group of a workgroup's queries in the queue. */
export function queueGroup({ accountId, region }: QueryScope, workGroup: string): string {
  return JSON.stringify([accountId, region, workGroup])
}

/** Whose a group of the queue is. */
export function accountOfGroup(group: string): string {
  return (JSON.parse(group) as [string])[0]
}

/** Takes a workgroup out of the reservation that it is assigned to. */
export async function unassign(db: QueryDb, scope: QueryScope, workGroup: string): Promise<void> {
  for (const reservation of (await rowsOf(db, scope).execute()).map(fromRow)) {
    if (!reservation.assignments.flat().includes(workGroup)) continue
    const left = reservation.assignments.map((names) => names.filter((name) => name !== workGroup))
    await save(db, { ...reservation, assignments: left.filter((names) => names.length > 0) })
  }
}

async function checkAssignable(
  db: QueryDb,
  scope: QueryScope,
  reservation: string,
  names: readonly string[],
): Promise<void> {
  if (new Set(names).size < names.length) {
    throw QueryErrors.InvalidQueryRequest('A WorkGroup cannot be assigned more than once')
  }
  if (names.length > workGroupsMax) {
    throw QueryErrors.InvalidQueryRequest(
      `A capacity reservation cannot have more than ${workGroupsMax} WorkGroups`,
    )
  }
  for (const row of await rowsOf(db, scope).execute()) {
    const other = fromRow(row)
    if (other.name === reservation || other.status !== 'ACTIVE') continue
    const taken = names.find((name) => other.assignments.flat().includes(name))
    if (taken !== undefined) {
      throw QueryErrors.InvalidQueryRequest(
        `WorkGroup ${taken} is already assigned to capacity reservation ${other.name}`,
      )
    }
  }
}

function rowsOf(db: QueryDb, scope: QueryScope) {
  return db
    .selectFrom('query_capacity')
    .selectAll()
    .where('account_id', '=', scope.accountId)
    .where('region', '=', scope.region)
}

async function load(db: QueryDb, scope: QueryScope, name: string): Promise<CapacityReservation> {
  const row = await rowsOf(db, scope).where('name', '=', name).executeTakeFirst()
  if (row) return fromRow(row)
  throw QueryErrors.QueryResourceNotFound(`Capacity reservation ${name} is not found`, {
    capacityReservation: name,
  })
}

async function save(db: QueryDb, reservation: CapacityReservation): Promise<void> {
  await db
    .updateTable('query_capacity')
    .set({ detail: toRow(reservation).detail })
    .where('account_id', '=', reservation.accountId)
    .where('region', '=', reservation.region)
    .where('name', '=', reservation.name)
    .execute()
}

async function remove(db: QueryDb, reservation: CapacityReservation): Promise<void> {
  await db
    .deleteFrom('query_capacity')
    .where('account_id', '=', reservation.accountId)
    .where('region', '=', reservation.region)
    .where('name', '=', reservation.name)
    .execute()
  await removeTags(db, capacityReservationArn(reservation, reservation.name))
}

function toRow(reservation: CapacityReservation): QueryTables['query_capacity'] {
  const { accountId, region, name, createdMs, ...detail } = reservation
  return {
    account_id: accountId,
    region,
    name,
    created_ms: createdMs,
    detail: JSON.stringify(detail),
  }
}

function fromRow(row: QueryTables['query_capacity']): CapacityReservation {
  const detail = JSON.parse(row.detail) as Omit<CapacityReservation, 'name' | 'createdMs'>
  return {
    ...detail,
    accountId: row.account_id,
    region: row.region,
    name: row.name,
    createdMs: row.created_ms,
  }
}

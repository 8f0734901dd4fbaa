import type { DuckDBConnection } from '@duckdb/node-api'
import { confineToProcess, footersOfBytesMax, keepsFooters, type Instance } from './instance.ts'
import type { RunMessage } from './messages.ts'
import { type LinkedInputs, isLasting } from './task-folder.ts'

/** After so many tasks, or inputs of theirs, another instance takes over: what little an instance keeps must not grow. */
const tasksMax = 64
const inputsMax = 2048

/**
 * An instance that serves tasks one after the other, since making one costs more than most tasks do. It is shut, once, to
 * the folder of its process, where there is nothing but the folder of the task that runs. Each task has a connection of its own, and
 * a catalog where it makes something: both go when it has ended. A single query makes nothing, and needs none; the macros that it
 * calls are the same for all, and stay. A task that fails takes the instance with it.
 */
export class SharedInstance {
  readonly #instance: Instance
  readonly #memoryBytesMax: number
  #tasks = 0
  #hasCatalog = false
  /** Of how many inputs something is kept, and of how many bytes of files. */
  #inputs = 0
  #bytes = 0
  /** Those that later tasks may have too. */
  readonly #lasting = new Set<string>()
  /** Statements that have made the instance's own macros, by their names. */
  readonly #macros = new Map<string, string>()

  private constructor(instance: Instance, memoryBytesMax: number) {
    this.#instance = instance
    this.#memoryBytesMax = memoryBytesMax
  }

  static async open(instance: Instance, task: RunMessage): Promise<SharedInstance> {
    try {
      await confineToProcess(instance, task)
    } catch (error) {
      instance.close()
      throw error
    }
    return new SharedInstance(instance, task.memoryBytesMax)
  }

  /** True for tasks that ask for nothing that only an instance of their own could give. */
  static suits(task: RunMessage, linked: LinkedInputs): boolean {
    return (
      linked.allowedFiles.length === 0 &&
      keepsFooters(task, linked) &&
      task.outputFolder === undefined &&
      task.prepare.length === 0 &&
      task.encode === undefined &&
      task.partitionedRowsMax === undefined
    )
  }

  hasRoomFor(task: RunMessage, linked: LinkedInputs): boolean {
    if (this.#memoryBytesMax !== task.memoryBytesMax || this.#tasks >= tasksMax) return false
    const added = this.#newTo(task)
    if (added === 0) return true
    const bytes = this.#bytes + linked.sizeBytes
    return this.#inputs + added <= inputsMax && bytes <= footersOfBytesMax
  }

  /** A connection for the task, and the macros that it has to make there. */
  async enter(
    task: RunMessage,
    linked: LinkedInputs,
  ): Promise<{ readonly connection: DuckDBConnection; readonly macros: readonly string[] }> {
    this.#tasks += 1
    const added = this.#newTo(task)
    this.#inputs += added
    if (added > 0) this.#bytes += linked.sizeBytes
    for (const { name } of task.inputs) if (isLasting(name)) this.#lasting.add(name)
    const connection = await this.#instance.database.connect()
    this.#hasCatalog = !isSingleQuery(task)
    if (!this.#hasCatalog) {
      await this.#keep(task.macros)
      return { connection, macros: [] }
    }
    const catalog = this.#catalog()
    await connection.run(`ATTACH ':memory:' AS ${catalog}; USE ${catalog}`)
    return { connection, macros: task.macros }
  }

  async #keep(macros: readonly string[]): Promise<void> {
    for (const macro of macros) {
      const name = /^CREATE MACRO (\w+)\(/.exec(macro)![1]!
      if (this.#macros.get(name) === macro) continue
      await this.#instance.connection.run(macro.replace('CREATE', 'CREATE OR REPLACE'))
      this.#macros.set(name, macro)
    }
  }

  /** Throws when something of the task would stay. */
  async leave(connection: DuckDBConnection): Promise<true> {
    connection.closeSync()
    if (this.#hasCatalog) await this.#instance.connection.run(`DETACH ${this.#catalog()}`)
    return true
  }

  #newTo({ inputs }: RunMessage): number {
    return inputs.filter(({ name }) => !this.#lasting.has(name)).length
  }

  close(): void {
    this.#instance.close()
  }

  #catalog(): string {
    return `task${this.#tasks}`
  }
}

/**
 * Whether all that a task makes goes with its connection and its catalog. Ours do; one that reaches for the instance's own catalog, where the macros
 * are that stay, or makes what belongs to the whole instance, takes it with it.
 */
export function leavesNothing(task: RunMessage): boolean {
  if (isSingleQuery(task)) return true
  return task.statements.every(
    (sql) => kept.test(sql) && !/\b(?:memory|system)\b["\s]*\./i.test(sql),
  )
}

const kept =
  /^\s*(?:SELECT|WITH|FROM|VALUES|EXPLAIN|COPY|INSERT|UPDATE|DELETE|CREATE (?:TABLE|VIEW|SCHEMA|MACRO|TEMP TABLE|TYPE|SEQUENCE)) /i

/** Whether nothing is made but an answer, or a file. */
function isSingleQuery({ statements }: RunMessage): boolean {
  return statements.length === 1 && /^(?:SELECT|COPY \()/.test(statements[0]!)
}

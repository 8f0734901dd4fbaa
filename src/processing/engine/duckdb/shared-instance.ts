import type { DuckDBConnection } from '@duckdb/node-api'
import { confineToProcess, footersOfBytesMax, keepsFooters, type Instance } from './instance.ts'
import type { RunMessage } from './messages.ts'
import { type LinkedInputs, isLasting } from './task-folder.ts'

/** After so many tasks, or inputs of theirs, another instance takes over: what little an instance keeps must not grow. */
const tasksMax = 64
const inputsMax = 2048

/**
 * An instance that serves tasks one after the other, since making one costs more than most tasks do. It is shut, once, to
 * the folder of its process, where there is nothing but the folder of the task that runs. Each task has a connection and a
 * catalog of its own, which go when it has ended. A task that fails takes the instance with it.
 */
export class SharedInstance {
  readonly #instance: Instance
  readonly #memoryBytesMax: number
  #tasks = 0
  /** Of how many inputs something is kept, and of how many bytes of files. */
  #inputs = 0
  #bytes = 0
  /** Those that later tasks may have too. */
  readonly #lasting = new Set<string>()

  private constructor(instance: Instance, memoryBytesMax: number) {
    this.#instance = instance
    this.#memoryBytesMax = memoryBytesMax
  }

  static async open(instance: Instance, task: RunMessage): Promise<SharedInstance> {
    await confineToProcess(instance, task)
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

  async enter(task: RunMessage, linked: LinkedInputs): Promise<DuckDBConnection> {
    this.#tasks += 1
    const added = this.#newTo(task)
    this.#inputs += added
    if (added > 0) this.#bytes += linked.sizeBytes
    for (const { name } of task.inputs) if (isLasting(name)) this.#lasting.add(name)
    const catalog = this.#catalog()
    const connection = await this.#instance.database.connect()
    await connection.run(`ATTACH ':memory:' AS ${catalog}; USE ${catalog}`)
    return connection
  }

  /** Throws when something of the task would stay. */
  async leave(connection: DuckDBConnection): Promise<void> {
    connection.closeSync()
    await this.#instance.connection.run(`DETACH ${this.#catalog()}`)
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

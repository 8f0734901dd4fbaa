import type { DuckDBConnection } from '@duckdb/node-api'
import { confineToProcess, footersKept, type Instance } from './instance.ts'
import type { RunMessage } from './messages.ts'

/** After so many tasks, or inputs of theirs, another instance takes over: what little an instance keeps must not grow. */
const tasksMax = 64
const inputsMax = 256

/**
 * An instance that serves tasks one after the other, since making one costs more than most tasks do. It is shut, once, to
 * the folder of its process, where there is nothing but the folder of the task that runs. Each task has a connection and a
 * catalog of its own, which go when it has ended. A task that fails takes the instance with it.
 */
export class SharedInstance {
  readonly #instance: Instance
  readonly #memoryBytesMax: number
  #tasks = 0
  #inputs = 0

  private constructor(instance: Instance, memoryBytesMax: number) {
    this.#instance = instance
    this.#memoryBytesMax = memoryBytesMax
  }

  static async open(instance: Instance, task: RunMessage): Promise<SharedInstance> {
    await confineToProcess(instance, task)
    return new SharedInstance(instance, task.memoryBytesMax)
  }

  /** True for tasks that ask for nothing that only an instance of their own could give. */
  static suits(task: RunMessage, allowedFiles: readonly string[]): boolean {
    return (
      allowedFiles.length === 0 &&
      task.inputs.length <= footersKept &&
      task.outputFolder === undefined &&
      task.prepare.length === 0 &&
      task.encode === undefined &&
      task.partitionedRowsMax === undefined
    )
  }

  hasRoomFor(task: RunMessage): boolean {
    return (
      this.#memoryBytesMax === task.memoryBytesMax &&
      this.#tasks < tasksMax &&
      this.#inputs + task.inputs.length <= inputsMax
    )
  }

  async enter(task: RunMessage): Promise<DuckDBConnection> {
    this.#tasks += 1
    this.#inputs += task.inputs.length
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

  close(): void {
    this.#instance.close()
  }

  #catalog(): string {
    return `task${this.#tasks}`
  }
}

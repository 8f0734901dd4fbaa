import { rmSync } from 'node:fs'
import { confine, openInstance, type Instance } from './instance.ts'
import type { AnswerMessage, RunMessage } from './messages.ts'
import { SharedInstance } from './shared-instance.ts'
import { failedAnswer, runTask } from './task.ts'
import { makeTaskFolder } from './task-folder.ts'

/** Runs a process's tasks, one at a time. */
export class TaskRunner {
  readonly #threads: number
  #next: Promise<Instance> | undefined
  #shared: SharedInstance | undefined
  #tidy: (() => Promise<void>) | undefined

  constructor(threads: number) {
    this.#threads = threads
  }

  /** Makes ready what the next task needs. */
  async warm(): Promise<void> {
    this.#next ??= openInstance(this.#threads)
    await this.#next
  }

  /** Never throws. `tidy` must follow, before the next task. */
  async run(task: RunMessage): Promise<AnswerMessage> {
    try {
      const allowedFiles = makeTaskFolder(task.folder, task.inputs)
      return SharedInstance.suits(task, allowedFiles)
        ? await this.#runShared(task)
        : await this.#runAlone(task, allowedFiles)
    } catch (error) {
      return failedAnswer(error, -1)
    }
  }

  /** While the answer travels: nothing of the task stays, and the next one finds an instance. */
  async tidy(task: RunMessage): Promise<void> {
    const tidy = this.#tidy
    this.#tidy = undefined
    await tidy?.()
    rmSync(task.folder, { recursive: true, force: true })
    await this.warm()
  }

  async #runShared(task: RunMessage): Promise<AnswerMessage> {
    if (this.#shared && !this.#shared.hasRoomFor(task)) this.#drop()
    const shared = (this.#shared ??= await SharedInstance.open(await this.#take(), task))
    this.#tidy = async () => this.#drop()
    const connection = await shared.enter(task)
    const answer = await runTask(connection, task)
    this.#tidy = async () => {
      if (answer.kind !== 'done') return this.#drop()
      await shared.leave(connection).catch(() => this.#drop())
    }
    return answer
  }

  async #runAlone(task: RunMessage, allowedFiles: readonly string[]): Promise<AnswerMessage> {
    const instance = await this.#take()
    this.#tidy = async () => instance.close()
    await confine(instance, task, allowedFiles)
    return runTask(instance.connection, task)
  }

  async #take(): Promise<Instance> {
    const next = this.#next ?? openInstance(this.#threads)
    this.#next = undefined
    return next
  }

  #drop(): void {
    this.#shared?.close()
    this.#shared = undefined
  }
}

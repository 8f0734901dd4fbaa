import { csvModule } from './csv/csv-lines.ts'
import { confine, openInstance, type Instance } from './instance.ts'
import { KeptLinks } from './kept-links.ts'
import type { AnswerMessage, RunMessage } from './messages.ts'
import { SharedInstance, leavesNothing } from './shared-instance.ts'
import { failedAnswer, runTask } from './task.ts'
import { type LinkedInputs, makeTaskFolder, removeTaskFolder } from './task-folder.ts'

/** Runs a process's tasks, one at a time. */
export class TaskRunner {
  readonly #threads: number
  #next: Promise<Instance> | undefined
  /** By the threads that their tasks may use, and the optimizers that they do without. */
  readonly #shared = new Map<string, SharedInstance>()
  readonly #kept = new KeptLinks()
  /** Folders of the task's links that the next one may have. */
  #folders: LinkedInputs['folders'] = []
  #tidy: (() => Promise<void>) | undefined

  constructor(threads: number) {
    this.#threads = threads
  }

  /** Makes ready what the next task needs. */
  async warm(): Promise<void> {
    csvModule()
    this.#next ??= openInstance(this.#threads)
    await this.#next
  }

  /** Never throws. `tidy` must follow, before the next task. */
  async run(task: RunMessage): Promise<AnswerMessage> {
    try {
      const linked = makeTaskFolder(task.root, task.folder, task.inputs, this.#kept)
      const answer = SharedInstance.suits(task, linked)
        ? await this.#runShared(task, linked)
        : await this.#runAlone(task, linked)
      if (answer.kind === 'done') this.#folders = linked.folders
      return answer
    } catch (error) {
      return failedAnswer(error, -1)
    }
  }

  /** While the answer travels: nothing of the task stays, and the next one finds an instance. */
  async tidy(task: RunMessage): Promise<void> {
    const tidy = this.#tidy
    this.#tidy = undefined
    await tidy?.()
    const folders = this.#folders
    this.#folders = []
    removeTaskFolder(task.root, task.folder, folders, this.#kept)
    await this.warm()
  }

  async #runShared(task: RunMessage, linked: LinkedInputs): Promise<AnswerMessage> {
    const kind = [task.threads, ...task.optimizersDisabled].join(',')
    if (this.#shared.get(kind)?.hasRoomFor(task, linked) === false) this.#drop(kind)
    this.#tidy = async () => this.#drop(kind)
    const shared = this.#shared.get(kind) ?? (await SharedInstance.open(await this.#take(), task))
    this.#shared.set(kind, shared)
    const { connection, macros } = await shared.enter(task, linked)
    const answer = await runTask(connection, { ...task, macros })
    this.#tidy = async () => {
      const left = await shared.leave(connection).catch(() => false)
      if (answer.kind !== 'done' || !left || !leavesNothing(task)) this.#drop(kind)
    }
    return answer
  }

  async #runAlone(task: RunMessage, linked: LinkedInputs): Promise<AnswerMessage> {
    const instance = await this.#take()
    this.#tidy = async () => instance.close()
    await confine(instance, task, linked)
    return runTask(instance.connection, task)
  }

  async #take(): Promise<Instance> {
    const next = this.#next ?? openInstance(this.#threads)
    this.#next = undefined
    return next
  }

  #drop(kind: string): void {
    this.#shared.get(kind)?.close()
    this.#shared.delete(kind)
  }
}

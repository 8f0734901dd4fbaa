import type { Transaction } from '#platform/database'
import type { Garbage } from '../garbage.ts'
import type { InlineBlobs, InlineBytes } from './inline-blobs.ts'

/**
 * A small body on its way into the database with the version that names it. Where that replaces a version whose bytes lie there too, they
 * come in the place of those: nothing is deleted, and no page is added.
 */
export class InlinePut {
  readonly #inline: InlineBlobs
  readonly #garbage: Garbage
  readonly #own: InlineBytes
  #chosen: InlineBytes
  /** What may be written over: its readers may still come for it. */
  readonly #held: string[] = []

  constructor(inline: InlineBlobs, garbage: Garbage, own: InlineBytes) {
    this.#inline = inline
    this.#garbage = garbage
    this.#own = own
    this.#chosen = own
  }

  /** To be called whenever the transaction begins. */
  begin(): void {
    this.#chosen = this.#own
  }

  /** As `NewVersion.takeOver`. */
  async takeOver(replacedId: string): Promise<string | undefined> {
    const chosen = await this.#inline.takeOver(replacedId, this.#own)
    if (!chosen) return undefined
    this.#held.push(replacedId)
    this.#chosen = chosen
    return chosen.blobId
  }

  insert(tx: Transaction): Promise<void> {
    return this.#inline.insert(tx, this.#chosen)
  }

  /** To be called when the transaction has been committed. */
  committed(): void {
    this.#inline.committed(this.#own, this.#chosen)
  }

  /** To be called at the end, whatever became of it. */
  end(): void {
    if (this.#held.length > 0) this.#garbage.whenUnread(() => this.#inline.letGo(this.#held))
  }
}

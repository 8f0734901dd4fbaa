/** Of a piece of a file: the file that is open, where the piece begins in it, its length. */
export const numbersOfPiece = 3

/** The memory goes over to the thread, and back with the answer. */
export interface PiecesRequest {
  readonly memory: ArrayBuffer
  /** `numbersOfPiece` numbers for each; they are read one behind the other into the memory. */
  readonly pieces: Float64Array
}

export interface PiecesAnswer {
  readonly memory: ArrayBuffer
  /** Less than was asked for when a file ends before. */
  readonly filledBytes: number
  /** Of the system. */
  readonly error?: { readonly message: string; readonly code: string | undefined }
}

/** One line of progress; `fraction` from 0 to 1 where it is known. */
export interface ProgressEvent {
  readonly stage: "wait" | "clean" | "download" | "unpack" | "compile" | "check" | "done";
  readonly message: string;
  readonly fraction?: number;
}
export type Progress = (event: ProgressEvent) => void;

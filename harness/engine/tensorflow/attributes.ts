/** Attributes of TensorFlow's operations, as the binding takes them. */
import type { OpAttribute } from "./load.ts";

/** TF_DataType of the C API. */
export const [FLOAT, INT32, UINT16] = [1, 3, 17];
export const type = (name: string, value: number): OpAttribute => ({ name, type: 4, value });
export const text = (name: string, value: string): OpAttribute => ({ name, type: 0, value });
export const integer = (name: string, value: number): OpAttribute => ({ name, type: 1, value });
export const integers = (name: string, value: readonly number[]): OpAttribute => ({ name, type: 1, value });
export const shape = (value: readonly number[]): OpAttribute => ({ name: "shape", type: 5, value });
export const real = (name: string, value: number): OpAttribute => ({ name, type: 2, value });
export const bool = (name: string, value: boolean): OpAttribute => ({ name, type: 3, value });

export const T = type("T", FLOAT);
export const NHWC = text("data_format", "NHWC");

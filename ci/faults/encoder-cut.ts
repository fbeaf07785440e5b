/** A planted fault: ALI whose encoder gets no gradient, so that it stays at its random start. */
import type { ToySettings } from "../../baselines/models/toy-settings.ts";
import type { Model } from "../../harness/model.ts";
import { model } from "../examples/ali-worse.ts";

export const aliEncoderCut: Model<ToySettings> = { ...model, id: "ali-encoder-cut" };

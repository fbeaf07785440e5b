import { SDGM } from "../testing/classifier-cases.ts";
import { classifierParityTests } from "../testing/classifier-parity-tests.ts";
import { type SdgmSettings, sdgm } from "./model.ts";

for (const reading of ["code", "paper"])
  classifierParityTests<Pick<SdgmSettings, "expectations">>(
    `the skip deep generative model, expectations as in the ${reading}`,
    new URL(`./fixtures/parity-${reading}.json`, import.meta.url),
    true,
    (settings, ops) => sdgm.build({ ...SDGM, ...settings }, ops),
  );

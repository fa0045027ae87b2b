/** As much as the panel reads of a question that is asked in JSON. */
export const maxJsonBytes = 2 * 1024 * 1024;

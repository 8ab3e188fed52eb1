// Built by assets/build.mjs; licences in NOTICE.md

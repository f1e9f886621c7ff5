use taipan::prelude::*;

async fn looks_for_ours() -> taipan::Result {
    with!(_ = closing((), |()| async {}), {
        dbg!(&__slot0);
    });
    timeout!(1s, { dbg!(&__ty0) })?;
    select!(match (a = async {}) {
        a(()) => dbg!(&__selected),
    });
    async_for!(for _ in stream!({ yield 1; }) {
        dbg!(&__items);
    });
    Ok(())
}

fn main() {
    drop(looks_for_ours());
}

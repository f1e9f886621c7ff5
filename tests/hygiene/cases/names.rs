//! The user's names are the user's, whatever the macros call their own things.

use crate::dsl;
use dsl::prelude::*;

/// Every name that an expansion declares, as the user's.
macro_rules! with_our_names {
    ($first:ident $($name:ident)*) => {
        #[dsl::test(crate = crate::dsl)]
        async fn locals_with_the_names_of_ours_keep_their_values() -> dsl::Result {
            let $first = "the first";
            $(let $name = stringify!($name);)*
            let check = || { $(assert_eq!($name, stringify!($name));)* };
            let closing = || dsl::closing((), |()| async {});
            with!(_ = closing(), _ = closing(), { check(); $(assert_eq!($name, stringify!($name));)* });
            finally!({ $(assert_eq!($name, stringify!($name));)* }, async |_| {});
            timeout!(limit = 1h, { let _ = limit; $(assert_eq!($name, stringify!($name));)* })?;
            task_group!(tg, { let _ = tg; $(assert_eq!($name, stringify!($name));)* })?;
            let (_, last) = gather!(async { check() }, async { $first }).await;
            assert_eq!(last, "the first");
            for found in gather!(for _ in 0..2 { async { $(assert_eq!($name, stringify!($name));)* $first } }).await {
                assert_eq!(found, "the first");
            }
            async_for!(for n in stream!({ yield $first; $(assert_eq!($name, stringify!($name));)* }) {
                assert_eq!(n, "the first");
                $(assert_eq!($name, stringify!($name));)*
            });
            let found = select! {
                n = async { $(assert_eq!($name, stringify!($name));)* $first } => { check(); n }
            };
            assert_eq!(found, "the first");
            select!(match (found = async { check() }) {
                found(()) => { $(assert_eq!($name, stringify!($name));)* }
            });
            Ok(())
        }
    };
}

with_our_names! {
    __value __slot0 __slot1 __ty0 __ty1 __guard __inner __resource __ended __flow __outcome __access __inside0 __join
    __result __carried0_0 __group __owner __limit __movable __items __children __item __left __selected __output
    __yielder __error __sent __argument0 __code __value0 __value1
}

/// Labels of the user's: ours are other ones.
#[dsl::test(crate = crate::dsl)]
async fn labels_with_the_names_of_ours_are_left_alone() {
    let mut rounds = 0;
    let found = '__left: loop {
        '__leave0_0: loop {
            rounds += 1;
            with!(_ = dsl::closing((), |()| async {}), {
                if rounds == 1 {
                    continue '__leave0_0;
                }
                if rounds == 2 {
                    break '__leave0_0;
                }
                break '__left rounds;
            });
        }
    };
    assert_eq!(found, 3);
    let value = '__left: {
        async_for!(n in stream!({ yield 1; }) {
            break '__left n;
        } else {
            0
        })
    };
    assert_eq!(value, 1);
}

/// Types and traits of the user's that are called as some of ours.
#[dsl::test(crate = crate::dsl)]
async fn items_with_the_names_of_ours_are_left_alone() -> dsl::Result {
    #[derive(Clone, Copy, Debug, PartialEq)]
    struct __Select(u32);
    struct Slot;
    struct Block;
    enum Flow {
        Value,
    }
    fn argument() -> u32 {
        1
    }
    let value = with!(_ = dsl::closing((), |()| async {}), {
        let (_, _, Flow::Value) = (Slot, Block, Flow::Value);
        argument()
    });
    let selected = select!(match (a = async { __Select(2) }) {
        a(found) => found,
    });
    assert_eq!((value, selected), (1, __Select(2)));
    // In a body, a type of ours has that name, the only one of ours that is seen there; no value has.
    let inside = select! { n = async { 3 } => __Select(n) };
    assert_eq!(inside, __Select(3));
    Ok(())
}
